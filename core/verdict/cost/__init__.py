"""What each lever costs: measured tokens and seconds, priced by the owner's own dated table."""
