// Shows a download on stderr: as a bar on a terminal, elsewhere as one line for each file.

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface DownloadProgress {
  readonly step: (file: string, index: number, count: number) => void;
  readonly progress: (received: number, total: number | undefined) => void;
  /** Leaves the cursor at the start of a fresh line. */
  readonly end: () => void;
}

const barWidth = 24;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export function downloadProgress(stream: Stream): DownloadProgress {
  const terminal = stream.isTTY === true;
  let title = "";
  let open = false;
  const end = (): void => {
    if (open) stream.write("\n");
    open = false;
  };
  return {
    step(file, index, count) {
      end();
      title = `  ${file} (${index + 1} of ${count})`;
      if (!terminal) stream.write(`${title}\n`);
    },
    progress(received, total) {
      if (!terminal) return;
      const share = total === undefined || total === 0 ? 0 : Math.min(1, received / total);
      const full = Math.round(share * barWidth);
      const bar =
        total === undefined ? "" : ` ${"█".repeat(full)}${"░".repeat(barWidth - full)} ${Math.round(share * 100)} %`;
      stream.write(`\r\u001b[K${title}${bar} ${megabytes(received)}`);
      open = true;
    },
    end,
  };
}
