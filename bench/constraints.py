"""One-way constraints with strengths, planned and executed: deep object graphs and polymorphic methods."""


class Variable:
    def __init__(self, value):
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.mark = 0


class Constraint:
    def __init__(self, strength):
        self.strength = strength

    def is_satisfied(self):
        return self.output.determined_by is self

    def choose(self, mark):
        return self.output.mark != mark


class Stay(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self.output = variable
        variable.constraints.append(self)

    def execute(self):
        pass


class Scale(Constraint):
    def __init__(self, source, factor, offset, output, strength):
        super().__init__(strength)
        self.source, self.factor, self.offset, self.output = source, factor, offset, output
        for variable in (source, factor, offset, output):
            variable.constraints.append(self)

    def execute(self):
        self.output.value = self.source.value * self.factor.value + self.offset.value


class Planner:
    def __init__(self):
        self.mark = 0

    def plan(self, sources):
        self.mark += 1
        todo, plan = list(sources), []
        while todo:
            constraint = todo.pop()
            if constraint.choose(self.mark):
                constraint.output.mark = self.mark
                constraint.output.determined_by = constraint
                plan.append(constraint)
                todo.extend(c for c in constraint.output.constraints if c is not constraint and not c.is_satisfied())
        return plan


def main():
    planner = Planner()
    scale, offset = Variable(10), Variable(1000)
    variables = [Variable(i) for i in range(60)]
    chain = [Scale(a, scale, offset, b, 1) for a, b in zip(variables, variables[1:])]
    stays = [Stay(variables[0], 2)]
    total = 0
    for round_number in range(40):
        plan = planner.plan(stays)
        variables[0].value = round_number
        for constraint in plan:
            constraint.execute()
        total += variables[-1].value % 97
        for constraint in chain:
            constraint.output.determined_by = None
    return total
