// The thread for checks takes jobs from the thread of the protocol and posts the answers. It is a separate entry in the
// bundle; nothing imports it.

import { parentPort } from "node:worker_threads";
import { answererOf } from "./answers.ts";
import type { Job, Said } from "./questions.ts";

const port = parentPort;
if (port !== null) {
  const say = (said: Said, moved: readonly ArrayBuffer[] = []): void => port.postMessage(said, moved);
  let id = 0;
  const answerer = answererOf((files) => say({ kind: "reads", id, files }));
  const work = async (job: Job): Promise<void> => {
    id = job.id;
    answerer.learn(job.news);
    const answer = await answerer.answer(job.question);
    // Bytes move to the other thread, which takes no time; anything else is copied.
    say({ kind: "answer", id, answer }, answer instanceof Uint8Array ? [answer.buffer] : []);
  };
  // One job at a time: the next one arrives after the answer to this one.
  port.on("message", (job: Job) => {
    work(job).catch((error: unknown) => say({ kind: "failed", id: job.id, message: String(error) }));
  });
  say({ kind: "ready" });
}
