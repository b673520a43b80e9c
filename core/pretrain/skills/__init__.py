"""What is practised, one family per file; each makes endless seeded chats.

A skill is a function from a `Draw` to a `Chat`. Names are invented or drawn from
open word lists and every sentence has several phrasings, so that nothing can be
learned by heart: only reading the chat gives the answer.
"""
