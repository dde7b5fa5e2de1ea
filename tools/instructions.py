#!/usr/bin/env python3
"""instructions.py - turn src/vm/instructions/*.inst.c into the interpreter's cases and tables.

usage: instructions.py REPOSITORY OUTPUT-FOLDER

Reads the INST definitions, checks them against src/bytecode/opcodes.def (each standard instruction has a body; cache
words and constant stack effects agree) and writes

    instructions.numbers.h   numbers of the specialised instructions; tables of families
    instructions.targets.h   one label for each of the 256 opcodes
    instructions.cases.h     the bodies, with the loading and storing of their stack inputs and outputs
    instructions.txt         a listing for people

An instruction says IN(a, b) for what it takes from the stack (last is the top), OUT(c) for what it puts there,
or EFFECT(n) when its body moves the stack itself.  IN(items[n]) is an array.  In a body

    ERROR_IF(x)            inputs are released already: drop them and unwind
    ERROR_IF_KEEPING(x, k) the same, but the lowest k inputs stay on the stack
    ERROR_KEEP_IF(x)       unwind with the stack as it is
    DEOPT_IF(x)            count a miss and run the family's general instruction
    DEOPT_SIMPLY_IF(x)     turn back into the general instruction at once, and run it
    DEOPT_QUIETLY_IF(x)    run the general instruction this time
"""

import pathlib
import re
import sys

DEFINITION = re.compile(
    r"^INST\((\w+)((?:,\s*[A-Z]+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)\)\s*\n\{\n(.*?)^\}\n",
    re.S | re.M)
ATTRIBUTE = re.compile(r"([A-Z]+)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
OPCODE = re.compile(r"^OPCODE\((\w+), (\d+), (\d+), ([^,]+), (.+)\)$", re.M)
TRACE_OPCODE = 255


class Operand:
    def __init__(self, text):
        match = re.fullmatch(r"(\w+)(?:\[(.+)\])?", text)
        self.name, self.count = match.group(1), match.group(2)
        self.size = "1" if self.count is None else self.count


class Instruction:
    def __init__(self, name, attributes, body, source, line):
        self.name, self.body, self.source, self.line = name, body, source, line
        found = dict(ATTRIBUTE.findall(attributes))
        self.effect = found.get("EFFECT")
        self.inputs = [Operand(t.strip()) for t in found.get("IN", "").split(",") if t.strip()]
        self.outputs = [Operand(t.strip()) for t in found.get("OUT", "").split(",") if t.strip()]
        self.caches = int(found.get("CACHE", "0"))
        self.family = found.get("FAMILY")
        if "IN" in found and "OUT" not in found and self.effect is None:
            raise SystemExit(f"{source}:{line}: {name} has IN but neither OUT nor EFFECT")

    def moves_stack_itself(self):
        return self.effect is not None

    def flags(self):
        names = {"oparg": "argument", r"ERROR\w*": "raises", r"DEOPT\w*": "deopts",
                 r"next_instr [-+]= oparg": "jumps",
                 r"constant_at|name_at": "table", "LOCAL": "local",
                 "ENTER_FRAME|ENTER_GENERATOR": "calls"}
        return [word for pattern, word in names.items() if re.search(rf"\b(?:{pattern})\b",
                                                                     self.body)]


def total(operands):
    """The C expression for how many words [operands] take."""
    fixed = sum(1 for operand in operands if operand.count is None)
    parts = [f"({operand.count})" for operand in operands if operand.count is not None]
    if fixed or not parts:
        parts.append(str(fixed))
    return " + ".join(parts)


def read_definitions(folder):
    found = []
    for path in sorted(folder.glob("*.inst.c")):
        text = path.read_text()
        matches = list(DEFINITION.finditer(text))
        if len(matches) != len(re.findall(r"^INST\(", text, re.M)):
            known = {match.group(1) for match in matches}
            lost = [name for name in re.findall(r"^INST\((\w+)", text, re.M) if name not in known]
            raise SystemExit(f"{path}: cannot read {lost}")
        for match in matches:
            line = text.count("\n", 0, match.start(3)) + 1
            found.append(Instruction(match.group(1), match.group(2), match.group(3), path.name,
                                     line))
    return found


def read_opcodes(path):
    return {name: (int(number), int(caches), effect.strip())
            for name, number, caches, _, effect in OPCODE.findall(path.read_text())}


def check(instructions, opcodes):
    by_name = {instruction.name: instruction for instruction in instructions}
    for name in opcodes:
        if name not in by_name:
            raise SystemExit(f"instruction {name} has no body")
    for instruction in instructions:
        where = f"{instruction.source}:{instruction.line}: {instruction.name}"
        if instruction.name in opcodes:
            _, caches, effect = opcodes[instruction.name]
            if caches != instruction.caches:
                raise SystemExit(f"{where} has {instruction.caches} cache words, opcodes.def says {caches}")
            if not instruction.moves_stack_itself() and re.fullmatch(r"-?\d+", effect):
                own = eval(f"{total(instruction.outputs)} - ({total(instruction.inputs)})")
                if own != int(effect):
                    raise SystemExit(f"{where} changes the stack by {own}, opcodes.def says {effect}")
        elif instruction.family not in opcodes:
            raise SystemExit(f"{where} is neither in opcodes.def nor of a known family")
        elif by_name[instruction.family].caches != instruction.caches:
            raise SystemExit(f"{where}: cache words differ from its family's")


def number(instructions, opcodes):
    numbers = {name: row[0] for name, row in opcodes.items()}
    free = (n for n in range(3, TRACE_OPCODE) if n not in set(numbers.values()))
    for instruction in instructions:
        if instruction.name not in numbers:
            numbers[instruction.name] = next(free)
    return numbers


def translate(instruction):
    """The case of one instruction."""
    inputs, outputs, family = instruction.inputs, instruction.outputs, instruction.family
    pops = total(inputs)
    lines = [f"TARGET({instruction.name})", "{"]
    for position, operand in enumerate(inputs):
        offset = total(inputs[position:])
        if operand.count is None:
            lines.append(f"    KrWord {operand.name} = sp[-({offset})];")
        else:
            lines.append(f"    KrWord *{operand.name} = sp - ({offset});")
        lines.append(f"    (void){operand.name};")
    known = {operand.name for operand in inputs}
    lines += [f"    KrWord {operand.name};" for operand in outputs if operand.name not in known]
    body = instruction.body
    body = re.sub(r"\bERROR_IF\(", f"ERROR_IF_DROPPING({pops}, ", body)
    body = re.sub(r"\bERROR_IF_KEEPING\(([^;]*), (\d+)\);",
                  lambda match: f"ERROR_IF_DROPPING({pops} - {match.group(2)}, {match.group(1)});",
                  body)
    body = re.sub(r"\bDEOPT_(SIMPLY_|QUIETLY_|)IF\(",
                  lambda match: f"DEOPT_{match.group(1)}TO({family}, ", body)
    lines += [f'#line {instruction.line} "src/vm/instructions/{instruction.source}"', "    {",
              body.rstrip("\n"), "    }"]
    if not instruction.moves_stack_itself():
        change = f"{total(outputs)} - ({pops})"
        if not re.search(r"[a-z]", change):
            change = str(eval(change))
        if change != "0":
            lines.append(f"    sp += {change};")
        for position, operand in enumerate(outputs):
            from_top = len(outputs) - position
            below = len(inputs) - 1 - position if position < len(inputs) else None
            same_place = below is not None and all(o.count is None for o in inputs) and inputs[position].name == operand.name
            if not same_place:
                lines.append(f"    sp[-{from_top}] = {operand.name};")
    if instruction.caches:
        lines.append(f"    next_instr += {instruction.caches};")
    lines += ["    DISPATCH();", "}", ""]
    return "\n".join(lines)


def families(instructions):
    return sorted({i.family for i in instructions if i.family})


def write_cases(instructions):
    text = [translate(instruction) for instruction in instructions]
    by_name = {instruction.name: instruction for instruction in instructions}
    for family in families(instructions):
        if by_name[family].caches:
            text.append(f"MISS({family})\n")
    return "\n".join(text)


def write_numbers(instructions, opcodes, numbers):
    lines = ["// Specialised instructions, in numbers that 3.11 leaves free.", "enum {"]
    lines += [f"    OP_{i.name} = {numbers[i.name]}," for i in instructions
              if i.name not in opcodes]
    lines += [f"    OP_TRACE = {TRACE_OPCODE},", "};", "",
              "// The general instruction that each opcode stands for.",
              "static const uint8_t kr_instruction_family[256] = {"]
    by_number = {numbers[i.name]: i for i in instructions}
    row = []
    for opcode in range(256):
        instruction = by_number.get(opcode)
        general = numbers[instruction.family] if instruction is not None and instruction.family else opcode
        row.append(str(general))
    lines += ["    " + ", ".join(row[i:i + 16]) + "," for i in range(0, 256, 16)]
    return "\n".join(lines + ["};", ""])


def write_targets(instructions, numbers):
    by_number = {numbers[i.name]: i.name for i in instructions}
    labels = [f"&&op_{by_number.get(n, 'UNKNOWN')}" for n in range(TRACE_OPCODE)] + ["&&op_TRACE"]
    return "".join(f"    {label},\n" for label in labels)


def write_listing(instructions, opcodes, numbers):
    lines = []
    for i in sorted(instructions, key=lambda i: numbers[i.name]):
        effect = i.effect or f"{total(i.outputs)} - ({total(i.inputs)})"
        taken = ", ".join(o.name + (f"[{o.count}]" if o.count else "") for o in i.inputs)
        given = ", ".join(o.name for o in i.outputs)
        lines.append(f"{numbers[i.name]:3} {i.name:32} ({taken} -- {given})  effect {effect}; caches {i.caches}; "
                     f"{' '.join(i.flags())}" + (f"; of {i.family}" if i.family else ""))
    return "\n".join(lines) + "\n"


def write_if_changed(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    root, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    instructions = read_definitions(root / "src/vm/instructions")
    opcodes = read_opcodes(root / "src/bytecode/opcodes.def")
    check(instructions, opcodes)
    numbers = number(instructions, opcodes)
    write_if_changed(output / "instructions.numbers.h",
                     write_numbers(instructions, opcodes, numbers))
    write_if_changed(output / "instructions.targets.h", write_targets(instructions, numbers))
    write_if_changed(output / "instructions.cases.h", write_cases(instructions))
    write_if_changed(output / "instructions.txt", write_listing(instructions, opcodes, numbers))


if __name__ == "__main__":
    main()
