value, width, name = 3.14159, 10, "krait"
print(f"{value:.2f}|{value:>{width}.3f}|{name!r:>10}|{name=}|{value = :.1f}")
print(f"{'nested ' + f'{1 + 1}'} {{literal}} {[i for i in range(3)]} {(lambda: 5)()}")
print(f"{1_000_000:,} {255:#x} {255:08b} {0.000001:g} {-5:+d} {True} {None!s:^8}|")
