"""An operating system's task queue: object-oriented code with small polymorphic methods."""


class Packet:
    def __init__(self, link, owner, kind):
        self.link, self.owner, self.kind, self.datum, self.data = link, owner, kind, 0, [0] * 4

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, system, number, priority, queue):
        self.system, self.number, self.priority, self.queue = system, number, priority, queue
        self.held, self.waiting = False, queue is None
        system.tasks.append(self)

    def take(self):
        packet = self.queue
        self.queue = packet.link
        return packet

    def accept(self, packet):
        self.queue = packet.append_to(self.queue)
        self.waiting = False

    def runnable(self):
        return not self.held and (self.queue is not None or not self.waiting)

    def run(self):
        raise NotImplementedError


class Idle(Task):
    seed = 1

    def run(self):
        self.system.ticks += 1
        self.seed = (self.seed >> 1) ^ 0xD008 if self.seed & 1 else self.seed >> 1
        self.system.tasks[1 + (self.seed & 1)].held = False


class Worker(Task):
    letter = 0

    def run(self):
        if self.queue is None:
            self.waiting = True
            return
        packet = self.take()
        for i in range(4):
            self.letter = self.letter % 26 + 1
            packet.data[i] = self.letter
        packet.owner = self.number
        self.system.tasks[3].accept(packet)


class Handler(Task):
    handled = 0

    def run(self):
        if self.queue is None:
            self.waiting = True
            return
        packet = self.take()
        self.handled += packet.data[packet.datum & 3]
        packet.datum += 1
        self.system.tasks[1 + packet.datum % 2].accept(packet)


class System:
    def __init__(self):
        self.tasks, self.ticks = [], 0
        Idle(self, 0, 0, None).waiting = False
        Worker(self, 1, 10, Packet(Packet(None, 1, 0), 1, 0))
        Worker(self, 2, 20, Packet(None, 2, 1))
        Handler(self, 3, 30, None)

    def schedule(self, steps):
        while self.ticks < steps:
            for task in self.tasks:
                if task.runnable():
                    task.run()


system = System()
system.schedule(250_000)
print(system.ticks, system.tasks[3].handled)
