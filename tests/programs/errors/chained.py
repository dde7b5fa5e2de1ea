def convert(text):
    try:
        return int(text)
    except ValueError as error:
        error.add_note("while reading " + text)
        raise RuntimeError("cannot convert") from error


try:
    convert("x1")
except RuntimeError:
    raise KeyError("second")
