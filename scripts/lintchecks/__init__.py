"""The checks behind scripts/lint.

A check is a module with a NAME, a one-line SUMMARY and a function run(tree) that
yields Findings. Add the module to registry.py and a bad sample for it to
test/Scripts/test_lint.py.
"""
