"""The networks of bench/gru.nn, bench/mobilenet.nn and bench/unet.nn in PyTorch, eager, with a plain training loop, measured as
bench/run.mjs measures nnc. Prints one line of JSON. Padding of stride 2 lies on both sides here, as PyTorch has it.

python bench/peer_torch.py --workload mobilenet --threads 2 --batch 32 --samples 640
"""

import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.nn.utils.rnn import pack_padded_sequence

from peers import CLASSES, WORDS, arguments, load, measure, report


class Gru(nn.Module):
    """Zeros at the end of a sentence are no words. PyTorch has no masks, but packs sequences of different lengths."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, 64)
        self.gru = nn.GRU(64, 64, batch_first=True)
        self.out = nn.Linear(64, 1)

    def forward(self, ids):
        lengths = (ids != 0).sum(1)
        packed = pack_padded_sequence(self.words(ids), lengths, batch_first=True, enforce_sorted=False)
        return self.out(self.gru(packed)[1][-1])


def mobilenet():
    def active(filters):
        return nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01), nn.ReLU()

    parts = [nn.Conv2d(3, 16, 3, 2, padding=1, bias=False), *active(16)]
    inputs = 16
    for filters, stride in ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2)):
        parts += [nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs, bias=False), *active(inputs)]
        parts += [nn.Conv2d(inputs, filters, 1, bias=False), *active(filters)]
        inputs = filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, CLASSES))


class Unet(nn.Module):
    def __init__(self):
        super().__init__()

        def twice(inputs, filters):
            return nn.Sequential(
                nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU(), nn.Conv2d(filters, filters, 3, padding=1), nn.ReLU())

        self.down = nn.ModuleList([twice(3, 16), twice(16, 32), twice(32, 64), twice(64, 128)])
        self.larger = nn.ModuleList([nn.ConvTranspose2d(2 * f, f, 2, 2) for f in (64, 32, 16)])
        self.up = nn.ModuleList([twice(2 * f, f) for f in (64, 32, 16)])
        self.out = nn.Conv2d(16, 3, 1)

    def forward(self, x):
        kept = []
        for i, part in enumerate(self.down):
            x = part(x if i == 0 else F.max_pool2d(x, 2))
            kept.append(x)
        for larger, part, skip in zip(self.larger, self.up, kept[2::-1]):
            x = part(torch.cat([larger(x), skip], 1))
        return self.out(x)


def build(workload):
    """The model, which returns logits, its loss, the function from logits to the output, and the optimizer."""
    if workload == "gru":
        model = Gru()
        optimizer = optim.RMSprop(model.parameters(), 1e-3, alpha=0.9, eps=1e-7)
        return model, F.binary_cross_entropy_with_logits, torch.sigmoid, optimizer
    if workload == "mobilenet":
        model = mobilenet()
        optimizer = optim.SGD(model.parameters(), 0.01, momentum=0.9)
        return model, F.cross_entropy, lambda z: z.softmax(-1), optimizer
    model = Unet()
    optimizer = optim.Adam(model.parameters(), 1e-3, eps=1e-7)
    return model, F.binary_cross_entropy_with_logits, torch.sigmoid, optimizer


def tensors(workload, x, y):
    """The data as PyTorch has it: channels first, indices as long integers."""
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    if workload == "gru":
        return x.long(), y.float()[:, None]
    x = x.permute(0, 3, 1, 2).contiguous()
    return x, (y.long() if workload == "mobilenet" else x)


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    x, y = tensors(args.workload, *load(args.workload, args.samples))
    model, criterion, output, optimizer = build(args.workload)
    loss = [None]

    def train(n):
        model.train()
        order = torch.randperm(n)
        for i in range(0, n, args.batch):
            pick = order[i : i + args.batch]
            optimizer.zero_grad()
            value = criterion(model(x[pick]), y[pick])
            value.backward()
            optimizer.step()
        loss[0] = value.item()

    def infer(n):
        model.eval()
        with torch.inference_mode():
            for i in range(0, n, args.batch):
                output(model(x[i : i + args.batch]))

    report(
        train=measure(train, args.batch, args.samples), infer=measure(infer, args.batch, args.samples), loss=loss[0],
        params=sum(p.numel() for p in model.parameters()), version=f"torch {torch.__version__}")


if __name__ == "__main__":
    main()
