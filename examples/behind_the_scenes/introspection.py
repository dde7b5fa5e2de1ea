"""Code objects and frames."""
import ast
import dis
import inspect


def debug_bytecode():
    def sample(x, y):
        return x + y * 2

    print("Bytecode:")
    dis.dis(sample)
    print("\nCode object attributes:")
    code = sample.__code__
    print(f"co_names: {code.co_names}")
    print(f"co_varnames: {code.co_varnames}")
    print(f"co_consts: {code.co_consts}")
    print(f"co_code: {code.co_code}")


def debug_ast():
    print(ast.dump(ast.parse("x = 1 + 2 * 3"), indent=2))


def debug_frames():
    frame = inspect.currentframe()
    print(f"Function: {frame.f_code.co_name}")
    print(f"Locals: {sorted(frame.f_locals)}")
    print(f"Line: {frame.f_lineno}, caller: {frame.f_back.f_code.co_name}")


debug_bytecode()
debug_ast()
debug_frames()
