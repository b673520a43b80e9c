"""The memo: a verdict as one page for a stakeholder, as HTML, Markdown or JSON."""
