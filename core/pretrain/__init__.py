"""How the embedded model was made: from random weights to the file that ships.

Nothing else imports this room. Read in order: `tokenizer`, `architecture`,
`skills/` (what is practised), `curriculum` (when), `train`, `evaluate`, `export`.
"""
