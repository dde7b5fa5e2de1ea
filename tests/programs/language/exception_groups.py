try:
    raise ExceptionGroup("several", [ValueError(1), TypeError("t"), OSError(5, "io")])
except* ValueError as group:
    print("values", group.exceptions)
except* TypeError as group:
    print("types", group.exceptions)
except* OSError as group:
    print("os", [str(e) for e in group.exceptions])
