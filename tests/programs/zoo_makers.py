"""The families of the zoo: each a function that returns what is to be kept alive.

The source stays within the syntax of 3.8; what newer versions add is compiled from text where it exists. A maker that cannot
import its module is reported as missing by the program, not as a failure: builds differ."""
MAKERS = []


def keeps(maker):
    MAKERS.append(maker)
    return maker
