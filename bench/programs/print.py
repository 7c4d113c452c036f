# What list.py takes without USB: Python's start and its first line.
print("1 2 4617 1")
