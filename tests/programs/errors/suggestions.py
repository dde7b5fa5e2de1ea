class Shape:
    colour = 1


number = 5
try:
    Shape.color
except AttributeError as error:
    print(error, error.name)
print(nunber)
