"""Tasks that send packets to one another: objects, methods, linked lists."""


class Packet:
    def __init__(self, link, target, kind):
        self.link = link
        self.target = target
        self.kind = kind
        self.data = [0] * 4


class Task:
    def __init__(self, system, number, priority):
        self.system = system
        self.number = number
        self.priority = priority
        self.queue = None
        self.done = 0
        system.tasks.append(self)

    def receive(self, packet):
        packet.link = self.queue
        self.queue = packet

    def run(self):
        packet = self.queue
        if packet is None:
            return False
        self.queue = packet.link
        self.handle(packet)
        self.done += 1
        return True

    def handle(self, packet):
        raise NotImplementedError


class Worker(Task):
    def handle(self, packet):
        for i in range(4):
            packet.data[i] = (packet.data[i] * 31 + self.number + i) % 1009
        packet.target = (self.number + packet.data[0]) % len(self.system.tasks)
        self.system.send(packet)


class Handler(Task):
    def handle(self, packet):
        packet.kind += 1
        packet.target = (packet.target + 1) % len(self.system.tasks)
        self.system.send(packet)


class System:
    def __init__(self):
        self.tasks = []
        self.sent = 0

    def send(self, packet):
        self.sent += 1
        self.tasks[packet.target].receive(packet)

    def run(self, limit):
        while self.sent < limit:
            for task in sorted(self.tasks, key=lambda task: task.priority):
                while self.sent < limit and task.run():
                    pass


def main():
    system = System()
    for number in range(6):
        (Worker if number % 2 else Handler)(system, number, (number * 7) % 5)
    for number in range(10):
        system.send(Packet(None, number % 6, number))
    system.run(15000)
    return sum(task.done for task in system.tasks)
