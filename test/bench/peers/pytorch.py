"""One peer of the comparison: training steps in PyTorch. Usage: torchPeer.py [channels-last] [cuda] THREADS"""
import json, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

CHANNELS_LAST, DEVICE = "channels-last" in sys.argv, "cuda" if "cuda" in sys.argv else "cpu"
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.stride, self.extra = stride, out - channels
        self.conv1, self.norm1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.norm2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        if self.stride > 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.extra // 2, self.extra - self.extra // 2))
        return F.relu(y + x, inplace=True)


class ResNet(nn.Module):
    def __init__(self, depth):
        super().__init__()
        layers, channels = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)], 16
        for stage in range(3):
            for block in range((depth - 2) // 6):
                out = 16 * 2**stage
                layers.append(Block(channels, out, 2 if stage > 0 and block == 0 else 1))
                channels = out
        self.features, self.head = nn.Sequential(*layers), nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def prepare(task):
    mlp = task["model"] == "mlp"
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)) if mlp else ResNet(task["depth"])
    inputs = torch.randn((task["batch"], 784) if mlp else (task["batch"], 3, 32, 32))
    labels = (torch.arange(task["batch"]) % 10).to(DEVICE)
    model, inputs = model.to(DEVICE), inputs.to(DEVICE)
    if CHANNELS_LAST and not mlp:
        model, inputs = model.to(memory_format=torch.channels_last), inputs.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, 0.9, weight_decay=0 if mlp else 1e-4)

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


prepared = {}
if DEVICE == "cpu":
    torch.set_num_threads(int(sys.argv[-1]))
for line in sys.stdin:
    task = json.loads(line)
    key = json.dumps({**task, "steps": 0})
    if key not in prepared:
        prepared[key] = prepare(task)
    start = time.perf_counter()
    for _ in range(task["steps"]):
        loss = prepared[key]()
    seconds = (time.perf_counter() - start) / task["steps"]
    print(json.dumps({"seconds": seconds, "loss": loss, "residentBytes": resident()}), flush=True)
