"""A small text adventure, played from standard input.

    krait examples/programs/adventure.py            play it
    printf 'look\\nnorth\\n' | krait adventure.py     or let a script play

Rooms, things and rules are data; verbs are methods found by name.
"""
import sys
import textwrap
from dataclasses import dataclass, field


@dataclass
class Thing:
    name: str
    text: str
    fixed: bool = False
    lit: bool = False
    contents: list = field(default_factory=list)

    def __str__(self):
        return f"{self.name} (lit)" if self.lit else self.name


@dataclass
class Room:
    name: str
    text: str
    exits: dict
    things: list = field(default_factory=list)
    dark: bool = False
    visited: bool = False


def make_world():
    lamp = Thing("lamp", "A brass lamp with a little oil left.")
    coin = Thing("coin", "A coin with a snake on both sides.")
    chest = Thing("chest", "An oak chest, iron at the corners.", fixed=True, contents=[coin])
    key = Thing("key", "A key of black iron, cold to the touch.")
    rope = Thing("rope", "Twenty feet of rope, a little frayed.")
    statue = Thing("statue", "A stone snake, coiled, its jaws open wide enough for a coin.", fixed=True)
    rooms = {
        "gate": Room("Gate", "A gate stands open in a wall of grey stone. A path leads north.", {"north": "hall"}, [lamp]),
        "hall": Room("Hall", "Dust hangs in the air of a long hall. Doors lead east and west, stairs lead down.",
                     {"south": "gate", "east": "library", "west": "kitchen", "down": "cellar"}, [chest]),
        "library": Room("Library", "Shelves without books reach to the ceiling.", {"west": "hall"}, [key]),
        "kitchen": Room("Kitchen", "A cold hearth, and a hook where a pot has hung.", {"east": "hall"}, [rope]),
        "cellar": Room("Cellar", "Water drips from the vault. A well shaft goes down into the dark.",
                       {"up": "hall", "down": "well"}, dark=True),
        "well": Room("Bottom of the well", "A dry chamber, round as a coin.", {"up": "cellar"}, [statue], dark=True),
    }
    return rooms


class Stop(Exception):
    """The game is over."""


class Game:
    directions = {"n": "north", "s": "south", "e": "east", "w": "west", "u": "up", "d": "down"}
    synonyms = {"get": "take", "examine": "look", "x": "look", "l": "look", "i": "inventory", "q": "quit", "go": "walk"}

    def __init__(self, out=sys.stdout):
        self.rooms = make_world()
        self.here = self.rooms["gate"]
        self.carried = []
        self.unlocked = False
        self.turns = 0
        self.score = 0
        self.out = out

    # -- saying ---------------------------------------------------------------------------------

    def say(self, text):
        print(textwrap.fill(text, 72), file=self.out)

    def can_see(self):
        lamps = [thing for thing in self.carried + self.here.things if thing.lit]
        return bool(lamps) or not self.here.dark

    def describe(self):
        if not self.can_see():
            self.say("It is too dark to see anything.")
            return
        print(f"-- {self.here.name} --", file=self.out)
        self.say(self.here.text)
        for thing in self.here.things:
            self.say(f"There is a {thing} here.")

    # -- finding --------------------------------------------------------------------------------

    def find(self, name):
        for thing in self.carried:
            if thing.name == name:
                return thing
        if self.can_see():
            for thing in self.here.things:
                if thing.name == name:
                    return thing
        raise LookupError(name)

    # -- verbs ----------------------------------------------------------------------------------

    def do_look(self, name=""):
        """look [THING]"""
        if name:
            thing = self.find(name)
            self.say(thing.text)
            if thing.contents and self.unlocked:
                self.say("In it: " + ", ".join(map(str, thing.contents)) + ".")
        else:
            self.describe()

    def do_walk(self, direction=""):
        """walk DIRECTION"""
        direction = self.directions.get(direction, direction)
        match (self.here.name, direction):
            case ("Cellar", "down") if not any(thing.name == "rope" for thing in self.carried):
                self.say("The shaft is too deep to climb without a rope.")
            case (_, d) if d in self.here.exits:
                self.here = self.rooms[self.here.exits[d]]
                if not self.here.visited and self.can_see():
                    self.here.visited = True
                    self.score += 1
                self.describe()
            case (_, ""):
                self.say("Walk where?")
            case _:
                self.say(f"You cannot go {direction} from here.")

    def do_take(self, name=""):
        """take THING"""
        if name == "coin" and self.unlocked:
            for thing in self.here.things:
                if any(inside.name == "coin" for inside in thing.contents):
                    self.carried.append(thing.contents.pop())
                    self.say("Taken from the chest.")
                    return
        thing = self.find(name)
        if thing in self.carried:
            self.say("You have it already.")
        elif thing.fixed:
            self.say(f"The {thing.name} does not move.")
        else:
            self.here.things.remove(thing)
            self.carried.append(thing)
            self.say("Taken.")

    def do_drop(self, name=""):
        """drop THING"""
        thing = self.find(name)
        if thing not in self.carried:
            self.say(f"You do not carry the {name}.")
            return
        self.carried.remove(thing)
        self.here.things.append(thing)
        self.say("Dropped.")

    def do_light(self, name=""):
        """light THING"""
        thing = self.find(name)
        if thing.name != "lamp":
            self.say(f"The {thing.name} does not burn.")
        elif thing.lit:
            self.say("It burns already.")
        else:
            thing.lit = True
            self.say("A warm light spreads.")

    def do_unlock(self, name=""):
        """unlock THING"""
        thing = self.find(name)
        if thing.name != "chest":
            self.say(f"The {thing.name} has no lock.")
        elif not any(carried.name == "key" for carried in self.carried):
            self.say("You have nothing that fits the lock.")
        else:
            self.unlocked = True
            self.say("The lock opens with a sigh.")
            self.do_look("chest")

    def do_put(self, *words):
        """put coin in statue"""
        name = words[0] if words else ""
        thing = self.find(name)
        if thing not in self.carried:
            self.say(f"You do not carry the {name}.")
        elif words[-1] == "statue" and self.find("statue") and name == "coin":
            self.carried.remove(thing)
            self.score += 10
            self.say("The jaws close, the floor turns, and daylight falls in: you are free.")
            raise Stop
        else:
            self.say("Nothing happens.")

    def do_inventory(self):
        """inventory"""
        self.say("You carry " + (", ".join(map(str, self.carried)) or "nothing") + ".")

    def do_score(self):
        """score"""
        self.say(f"{self.score} points in {self.turns} turns.")

    def do_help(self):
        """help"""
        verbs = sorted(getattr(self, name).__doc__ for name in dir(self) if name.startswith("do_"))
        self.say("Verbs: " + "; ".join(verbs))

    def do_quit(self):
        """quit"""
        raise Stop

    # -- the loop -------------------------------------------------------------------------------

    def obey(self, line):
        words = line.lower().split()
        if not words:
            return
        self.turns += 1
        if words[0] in self.directions or words[0] in self.directions.values():
            words.insert(0, "walk")
        verb = self.synonyms.get(words[0], words[0])
        method = getattr(self, "do_" + verb, None)
        if method is None:
            self.say(f"I do not know how to {verb}.")
            return
        try:
            method(*words[1:])
        except LookupError as error:
            self.say(f"There is no {error.args[0] or 'such thing'} here.")
        except TypeError:
            self.say(f"That is: {method.__doc__}.")

    def play(self, lines):
        self.describe()
        try:
            for line in lines:
                print(">", line.rstrip(), file=self.out)
                self.obey(line)
        except Stop:
            pass
        self.do_score()


if __name__ == "__main__":
    Game().play(sys.stdin if not sys.stdin.isatty() else iter(lambda: input("? "), "quit"))
