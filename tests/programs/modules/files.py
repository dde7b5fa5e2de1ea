import os
import pathlib

path = pathlib.Path("text.txt")
path.write_text("one\ntwo\r\nthree", encoding="utf-8", newline="")
print(path.read_bytes(), path.read_text().splitlines(), path.stat().st_size)
with open(path, "r+b") as file:
    file.seek(4)
    file.write(b"TWO")
    file.seek(0, os.SEEK_END)
    print(file.tell())
with open(path, newline="") as file:
    print(list(file))
os.rename("text.txt", "other.txt")
print(sorted(os.listdir(".")), os.path.exists("text.txt"))
try:
    open("missing")
except FileNotFoundError as error:
    print(error.errno, error)
