"""The syntax tree of a program."""
import ast

tree = ast.parse("x = 1 + 2 * 3")
print(ast.dump(tree, indent=2))
print(ast.unparse(tree))
