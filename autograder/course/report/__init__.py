"""`autograder report`: one page about a class. What was handed in, where it stumbled, and what wants a look.

`collect` reads it from the gradebook and the graded notebooks, `findings` is what there is to say, `page` writes it.
"""
