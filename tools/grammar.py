"""Write the parser from data/python.gram.

    tools/grammar.py data/python.gram src/syntax/tokens.def data/python.asdl \\
        build/gen/syntax/grammar.h build/gen/syntax/grammar.c

The notation is explained at the top of the grammar.  Each rule becomes one function that tries its
alternatives in order; an alternative is entered only when the next token is one it can begin with (its
FIRST set, computed here), so that the usual case costs one bit test.
"""
import re
import sys

from asdl import read as read_asdl, save

LEXEME = re.compile(r"\s+|(?P<string>\"(?:\\.|[^\"])*\")|(?P<literal>'[^']*')|(?P<name>[A-Za-z_]\w*)"
                    r"|(?P<op>=>|\.\.|!!|[()|*+?&!~:.,%@-])|(?P<number>\d+)")
SPECIAL = {"NAME": "kr_parser_name(p)", "NUMBER": "kr_parser_number(p)",
           "SOFT_KEYWORD": "kr_parser_soft_keyword(p)"}


class Item:
    """kind: token, soft, rule, group, optional, loop, gather, ahead, forced, cut, never"""

    def __init__(self, kind, value=None, **more):
        self.kind, self.value, self.name = kind, value, None
        self.__dict__.update(more)


class Rule:
    def __init__(self, name, flags, alternatives):
        self.name, self.flags, self.alternatives = name, flags, alternatives


def split(text):
    lexemes, at = [], 0
    while at < len(text):
        match = LEXEME.match(text, at)
        if not match:
            raise SyntaxError("cannot read %r" % text[at:at + 40])
        at = match.end()
        if match.lastgroup:
            lexemes.append((match.lastgroup, match.group()))
    return lexemes + [("end", "")]


def expand(text):
    """Write out the blocks between `for` and `end` once for each row."""
    def repeat(match):
        words, rows, body = match.groups()
        words = [word.strip() for word in words.split(",")]
        parts = []
        for row in rows.strip().split("\n"):
            values = [value.strip() for value in re.split(r",(?!')", row[4:])]
            table = dict(zip(words, values))
            assert len(words) == len(values), row
            pattern = "|".join(r"(?<!\w)%s(?!\w)" % re.escape(word)
                               for word in sorted(words, key=len, reverse=True))
            parts.append(re.sub(pattern, lambda found: table[found.group()], body))
        return "".join(parts)
    return re.sub(r"(?m)^for (.*)\n((?:row .*\n)+)((?:.*\n)*?)end\n", repeat, text)


class Reader:
    """Turns the text of a rule into alternatives of items."""

    def __init__(self, text, tokens):
        self.lexemes, self.at, self.tokens = split(text), 0, tokens

    def peek(self, ahead=0):
        return self.lexemes[self.at + ahead][1]

    def take(self, expected=None):
        kind, text = self.lexemes[self.at]
        if expected is not None and text != expected:
            raise SyntaxError("expected %s before %r" % (expected, self.lexemes[self.at:][:6]))
        self.at += 1
        return text

    def alternatives(self):
        if self.peek() == "|":
            self.take()
        found = [self.alternative()]
        while self.peek() == "|":
            self.take()
            found.append(self.alternative())
        return found

    def alternative(self):
        items = []
        while self.peek() not in ("|", ")", "=>", ""):
            items.append(self.item())
        action = None
        if self.peek() == "=>":
            self.take()
            action = self.action()
        return items, action

    def item(self):
        if self.peek(1) == ":" and self.lexemes[self.at][0] == "name":
            name = self.take()
            self.take(":")
            item = self.marked()
            item.name = name
            return item
        return self.marked()

    def marked(self):
        mark = self.peek()
        if mark in ("&", "!"):
            self.take()
            return Item("ahead", self.marked(), positive=mark == "&")
        if mark == "!!":
            self.take()
            return Item("forced", self.atom())
        if mark == "~":
            self.take()
            return Item("cut")
        item = self.atom()
        if self.peek() == "." and self.peek(1) != ".":
            self.take()
            item = Item("gather", self.atom(), separator=item)
            self.take("+")
        while self.peek() in ("*", "+", "?"):
            mark = self.take()
            item = Item("optional", item) if mark == "?" else Item("loop", item, least=mark == "+")
        return item

    def atom(self):
        kind, text = self.lexemes[self.at]
        self.take()
        if kind == "literal":
            return Item("token", self.tokens[text[1:-1]])
        if kind == "string":
            return Item("soft", text)
        if text == "(":
            group = Item("group", self.alternatives())
            self.take(")")
            return group
        if text == "NEVER":
            return Item("never")
        if kind == "name":
            return Item("token", "KR_TOKEN_" + text) if text.isupper() else Item("rule", text)
        raise SyntaxError("unexpected %r in %r" % (text, self.lexemes[self.at - 5:][:9]))

    def action(self):
        """('since', version, what, action) ('when', call, action) ('error', ...) or an expression."""
        word = self.peek()
        if word == "since":
            self.take()
            version, what = self.take(), self.take()
            self.take(":")
            return "since", version, what, self.action()
        if word == "when":
            self.take()
            condition = self.expression()
            self.take(":")
            return "when", condition, self.action()
        if word == "indent_error":
            self.take()
            return ("indent_error",) + self.message()
        if word == "error":
            self.take()
            if self.peek() == "last":
                self.take()
                return ("error_last",) + self.message()
            start = end = self.expression()
            if self.peek() == "..":
                self.take()
                if self.lexemes[self.at][0] == "string":
                    return ("error_from", start) + self.message()
                end = self.expression()
            return ("error_range", start, end) + self.message()
        return self.expression()

    def message(self):
        text, arguments = self.take(), []
        if self.peek() == "%":
            self.take()
            arguments = self.list()
        return text, arguments

    def list(self):
        self.take("(")
        found = []
        while self.peek() != ")":
            found.append(self.expression())
            if self.peek() == ",":
                self.take()
        self.take(")")
        return found

    def expression(self):
        kind, text = self.lexemes[self.at]
        self.take()
        if kind == "name" and self.peek() == "(":
            return "call", text, self.list()
        return "word", text


class Grammar:
    def __init__(self, text, tokens):
        self.rules = {}
        text = re.sub(r"(?m)^\s*#.*\n", "", expand(text + "\n"))
        for part in re.split(r"\n(?=[a-z])", "\n" + text):
            if not part.strip():
                continue
            head, body = part.split(":", 1)
            words = head.split()
            flags = {word for word in words if word in ("memo", "native", "diagnosis", "quiet")}
            name = [word for word in words if word not in flags][0]
            reader = Reader(body, tokens)
            self.rules[name] = Rule(name, flags, reader.alternatives())
            assert reader.peek() == "", (name, reader.lexemes[reader.at:])
        self.first = {name: set() for name in self.rules}
        changed = True
        while changed:
            changed = False
            for name, rule in self.rules.items():
                found = self.first_of_alternatives(rule.alternatives)
                if found != self.first[name]:
                    self.first[name], changed = found, True

    def first_of_alternatives(self, alternatives):
        return set().union(*(self.first_of_items(items) for items, _ in alternatives))

    def first_of_items(self, items):
        found = set()
        for item in items:
            if item.kind in ("cut", "ahead"):
                continue
            first, empty = self.first_of_item(item)
            found |= first
            if not empty:
                return found
        return found

    def first_of_item(self, item):
        """(tokens it can begin with, whether it may take nothing)"""
        if item.kind == "token":
            return {"KR_TOKEN_NAME" if item.value == "KR_TOKEN_SOFT_KEYWORD"
                    else item.value}, False
        if item.kind == "soft":
            return {"KR_TOKEN_NAME"}, False
        if item.kind == "rule":
            return self.first[item.value], False
        if item.kind == "group":
            return self.first_of_alternatives(item.value), False
        if item.kind == "never":
            return set(), False
        first, empty = self.first_of_item(item.value)
        if item.kind == "forced":
            return first, True         # it must be entered to raise its error
        return first, empty or item.kind == "optional" or (item.kind == "loop" and not item.least)


class Writer:
    def __init__(self, grammar, numbers, constructors, enumerators):
        self.grammar, self.numbers = grammar, numbers
        self.constructors, self.enumerators = constructors, enumerators
        self.helpers, self.lines, self.prototypes = [], [], []

    def token_set(self, tokens):
        bits = sum(1 << self.numbers[token] for token in tokens)
        return "0x%xull, 0x%xull" % (bits & (1 << 64) - 1, bits >> 64)

    # -- items ----------------------------------------------------------------------------------

    def call(self, item):
        """C expression that is non-NULL when the item matches."""
        if item.kind == "token":
            word = item.value[len("KR_TOKEN_"):]
            return SPECIAL.get(word) or "kr_parser_expect(p, %s)" % item.value
        if item.kind == "soft":
            return "kr_parser_soft(p, %s)" % item.value
        if item.kind == "rule":
            return "kr_grammar_%s(p)" % item.value
        if item.kind == "never":
            return "NULL"
        if item.kind == "group":
            tokens = self.plain_tokens(item)
            if tokens:
                return "kr_parser_expect_any(p, %s)" % self.token_set(tokens)
            return self.helper("group", item.value, None)
        if item.kind == "loop":
            return self.helper("loop", [([item.value], None)], item)
        assert item.kind == "gather", item.kind
        return self.helper("gather", [([item.value], None)], item)

    @staticmethod
    def plain_tokens(item):
        tokens = set()
        for items, action in item.value if item.kind == "group" else [([item], None)]:
            only = items[0]
            if len(items) != 1 or action or only.kind != "token":
                return None
            if only.value[len("KR_TOKEN_"):] in SPECIAL and item.kind == "group":
                return None
            tokens.add(only.value)
        return tokens

    def condition(self, item, variable):
        if item.kind == "cut":
            return "(cut = 1)"
        if item.kind == "ahead":
            tokens = self.plain_tokens(item.value)
            mark = "" if item.positive else "!"
            if tokens and "KR_TOKEN_SOFT_KEYWORD" not in tokens:
                return "%skr_parser_at_any(p, %s)" % (mark, self.token_set(tokens)) + (
                    "" if item.positive else " && !p->failed")
            function = self.ahead_function(item.value)
            return "%skr_parser_ahead(p, %s)" % (mark, function) + (
                "" if item.positive else " && !p->failed")
        if item.kind == "forced":
            return "kr_parser_expect_forced(p, %s)" % item.value.value
        store = "%s = " % variable if variable else ""
        if item.kind == "optional":
            return "(%s || !p->failed)" % ("(%s%s)" % (store, self.call(item.value)) if store
                                           else self.call(item.value))
        return "(%s%s)" % (store, self.call(item)) if store else self.call(item)

    def ahead_function(self, item):
        if item.kind == "rule":
            return "kr_grammar_" + item.value
        alternatives = item.value if item.kind == "group" else [([item], None)]
        return self.helper("group", alternatives, None)[:-3]

    def helper(self, kind, alternatives, item):
        name = "%s_%d" % (kind, len(self.helpers))
        self.helpers.append(None)
        at = len(self.helpers) - 1
        body = []
        if kind == "group":
            self.function("static void *" + name, alternatives, body,
                          Rule(name, set(), alternatives))
        else:
            element = self.call(item.value)
            body = ["static void *%s(KrParser *p)" % name, "{",
                    "    Py_ssize_t base = p->pending_count;", "    int mark = p->mark;"]
            first = self.grammar.first_of_item(item.value)[0]
            body += ["    void *item;",
                     "    while (kr_parser_at_any(p, %s) && (item = %s) != NULL) {"
                     % (self.token_set(first), element),
                     "        if (kr_parser_push(p, item) < 0) break;", "        mark = p->mark;"]
            if kind == "gather":
                body += ["        if (%s == NULL) break;" % self.call(item.separator)]
            body += ["    }", "    p->mark = mark;",
                     "    return kr_parser_pop(p, base, %d);" % (kind == "gather" or item.least),
                     "}", ""]
        self.helpers[at] = (name, body)
        return name + "(p)"

    # -- actions --------------------------------------------------------------------------------

    def value(self, expression, bound):
        if expression[0] == "call":
            _, name, arguments = expression
            values = [self.value(argument, bound) for argument in arguments]
            if name in self.constructors:
                function, has_position = self.constructors[name]
                values = ["p->arena"] + values + ["kr_parser_span(p, mark)"] * has_position
                return "%s(%s)" % (function, ", ".join(values))
            return "kr_actions_%s(%s)" % (name, ", ".join(["p"] + values))
        word = expression[1]
        if word == "-":
            return "NULL"
        if word == "@":
            return "kr_parser_span(p, mark)"
        if word in ("None", "True", "False", "Ellipsis"):
            return "Py_" + word
        if word in self.enumerators:
            return self.enumerators[word]
        assert word in bound or word.isdigit(), (word, bound)
        return word

    def action(self, action, bound):
        kind = action[0]
        if kind == "since":
            return "kr_parser_since(p, %s, %s, %s)" % (self.action(action[3], bound), *action[1:3])
        if kind == "when":
            return "%s ? %s : NULL" % (self.value(action[1], bound), self.action(action[2], bound))
        if kind.startswith("error") or kind == "indent_error":
            text, arguments = action[-2:]
            values = [self.value(value, bound) for value in action[1:-2]] + [text]
            values += [self.value(value, bound) for value in arguments]
            return "kr_errors_raise_%s(p, %s)" % (kind.replace("error_", ""), ", ".join(values))
        return self.value(action, bound)

    # -- functions ------------------------------------------------------------------------------

    def default_result(self, items):
        named = [item.name for item in items if item.name]
        if len(named) == 1:
            return named[0]
        carriers = [item for item in items if item.kind in ("rule", "group", "loop", "gather")
                    or item.value in ("KR_TOKEN_NAME", "KR_TOKEN_NUMBER")]
        if len(items) == 1:
            carriers = items
        if len(carriers) == 1 and not named:
            carriers[0].name = "only"
            return "only"
        return "(void *)p"

    def function(self, head, alternatives, lines, rule):
        first = self.grammar.first_of_alternatives(alternatives)
        put = lines.append
        put("%s(KrParser *p)\n{\n    int kind = kr_parser_peek(p);" % head)
        put("    if (kind < 0 || !kr_token_in(kind, %s)) return NULL;" % self.token_set(first))
        put("    void *result = NULL;")
        if "memo" in rule.flags:
            put("    if (kr_parser_recall(p, KR_RULE_%s, &result)) return result;"
                % rule.name.upper())
        put("    if (kr_parser_enter(p) < 0) return NULL;\n    int mark = p->mark;")
        if "quiet" in rule.flags:
            put("    int diagnosing = p->diagnosing;\n    p->diagnosing = 0;")
        put("    do {")
        for items, action in alternatives:
            self.alternative(items, action, lines, first)
        put("    } while (0);\n    p->depth--;")
        if "quiet" in rule.flags:
            put("    p->diagnosing = diagnosing;")
        if "memo" in rule.flags:
            put("    kr_parser_remember(p, mark, KR_RULE_%s, result);" % rule.name.upper())
        put("    return result;\n}\n")

    def alternative(self, items, action, lines, rule_first):
        put = lines.append
        # Behind other items a diagnosis is tried in every pass (a dict's missing colon).
        diagnosis = (len(items) == 1 and items[0].kind == "rule"
                     and "diagnosis" in self.grammar.rules[items[0].value].flags)
        first = self.grammar.first_of_items(items)
        tests = ["p->diagnosing"] if diagnosis else []
        if first != rule_first:
            tests.append("kr_token_in(kind, %s)" % self.token_set(first))
        put("        %s{" % ("if (%s) " % " && ".join(tests) if tests else ""))
        result = self.action(action, self.bound(items)) if action else self.default_result(items)
        for name in self.bound(items):
            used = re.search(r"\b%s\b" % name, result)
            if used:
                put("            void *%s = NULL;" % name)
            else:
                for item in items:
                    item.name = None if item.name == name else item.name
        has_cut = any(item.kind == "cut" for item in items)
        if has_cut:
            put("            int cut = 0;")
        put("            if (%s) {" % "\n                && ".join(
            self.condition(item, item.name) for item in items))
        put("                result = %s;" % result)
        put("                if (result == NULL && PyErr_Occurred()) p->failed = 1;\n"
            "                break;\n            }")
        put("            p->mark = mark;\n            if (p->failed%s) break;\n        }"
            % (" || cut" if has_cut else ""))

    @staticmethod
    def bound(items):
        return [item.name for item in items if item.name]

    def write(self):
        rules = [rule for rule in self.grammar.rules.values()]
        functions = []
        for rule in rules:
            if "native" not in rule.flags:
                lines = []
                self.function("void *kr_grammar_" + rule.name, rule.alternatives, lines, rule)
                functions.append(lines)
        header = ["// Written by tools/grammar.py from data/python.gram: a function for each rule.",
                  "#ifndef KR_GEN_SYNTAX_GRAMMAR_H\n#define KR_GEN_SYNTAX_GRAMMAR_H\n",
                  '#include "syntax/parser.h"\n', "typedef enum KrRule {"]
        header += ["    KR_RULE_%s," % rule.name.upper() for rule in rules if "memo" in rule.flags]
        header += ["} KrRule;\n"]
        header += ["void *kr_grammar_%s(KrParser *p);" % rule.name for rule in rules]
        for rule in rules:
            if "native" in rule.flags:
                header.append("#define KR_FIRST_%s %s" % (
                    rule.name.upper(), self.token_set(self.grammar.first[rule.name])))
        header.append("\n#endif")
        code = ["// Written by tools/grammar.py from data/python.gram.",
                '#include "syntax/grammar.h"\n', '#include "syntax/actions.h"',
                '#include "syntax/syntax_errors.h"\n', '#include "boolobject.h"',
                '#include "pyerrors.h"', '#include "sliceobject.h"\n']
        code += ["static void *%s(KrParser *p);" % name for name, _ in self.helpers] + [""]
        for _, lines in self.helpers:
            code += lines
        for lines in functions:
            code += lines
        return header, code


def read_tokens(path):
    tokens, numbers = {"async": "KR_TOKEN_ASYNC", "await": "KR_TOKEN_AWAIT"}, {}
    for line in open(path, encoding="utf-8"):
        match = re.match(r'TOKEN\((\w+), "(.*)"\)|KEYWORD\((\w+)\)', line)
        if match:
            name, text, word = match.groups()
            constant = "KR_TOKEN_" + name if name else "KR_KEYWORD_" + word
            numbers[constant] = len(numbers)
            if text or word:
                tokens[text or word] = constant
    return tokens, numbers


def main(grammar_path, tokens_path, asdl_path, header_path, code_path):
    tokens, numbers = read_tokens(tokens_path)
    constructors, enumerators = {}, {}
    for type in read_asdl(asdl_path):
        for kind in type.kinds:
            if type.is_enum:
                enumerators[kind.name] = kind.constant
            elif kind.name != "arguments":     # made by an action of that name
                constructors[kind.name] = kind.constructor, bool(type.position)
    with open(grammar_path, encoding="utf-8") as source:
        grammar = Grammar(source.read(), tokens)
    header, code = Writer(grammar, numbers, constructors, enumerators).write()
    save(header_path, header)
    save(code_path, code)


if __name__ == "__main__":
    main(*sys.argv[1:])
