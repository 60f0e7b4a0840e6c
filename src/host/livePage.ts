// Serves one page to this machine alone while something runs: the page, and its newer contents as server-sent events. Only who knows
// the address sees it: it holds a secret, and a request that names another host, as a page of a stranger would, is refused.

import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";

export interface LivePage {
  readonly address: string;
  /** Shows newer contents to all who look. */
  show(content: string): void;
  /** Shows the last contents, and ends. */
  end(content: string): Promise<void>;
}

/** Makes the whole page; `nonce` admits its one script. */
export type WholePage = (nonce: string, content: string) => string;

/** The script of a live page: it replaces the content of <main>, and leaves open what a reader has opened. */
export const liveScript = `"use strict";
const main = document.querySelector("main");
const events = new EventSource("events");
events.onmessage = ({ data }) => {
  const open = [...main.querySelectorAll("details")].map((one) => one.open);
  main.innerHTML = JSON.parse(data);
  for (const [i, one] of [...main.querySelectorAll("details")].entries()) one.open = open[i] === true;
};
events.addEventListener("end", () => events.close());
`;

const headers = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** How long the last contents may take to reach a reader. */
const lastMilliseconds = 2000;

function refuse(response: ServerResponse, code: number): void {
  response.writeHead(code, { ...headers, "Content-Type": "text/plain" });
  response.end(code === 404 ? "There is nothing here.\n" : "This address is for one page on this machine.\n");
}

/** Whether the request names this server, and not a name that someone points at it. */
function isOurs({ headers: { host } }: IncomingMessage, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

/** Starts to serve on a free port of 127.0.0.1. */
export async function serveLivePage(whole: WholePage, first: string): Promise<Outcome<LivePage>> {
  const secret = randomBytes(12).toString("base64url");
  const readers = new Set<ServerResponse>();
  let content = first;
  const event = (): string => `data: ${JSON.stringify(content)}\n\n`;
  const server = createServer((request, response) => {
    if (!isOurs(request, portOf(server))) return refuse(response, 403);
    if (request.method !== "GET") return refuse(response, 405);
    if (request.url === `/${secret}/`) {
      response.writeHead(200, { ...headers, "Content-Type": "text/html; charset=utf-8" });
      response.end(whole(randomBytes(16).toString("base64"), content));
      return;
    }
    if (request.url !== `/${secret}/events`) return refuse(response, 404);
    response.writeHead(200, { ...headers, "Content-Type": "text/event-stream" });
    response.write(event());
    readers.add(response);
    response.on("close", () => readers.delete(response));
  });
  try {
    await new Promise<void>((settle, fail) => {
      server.once("error", fail);
      server.listen(0, "127.0.0.1", settle);
    });
  } catch (error) {
    return problem(`cannot serve a page on 127.0.0.1: ${systemReason(error)}`);
  }
  const tell = (text: string): void => {
    for (const reader of readers) reader.write(text);
  };
  return ok({
    address: `http://127.0.0.1:${portOf(server)}/${secret}/`,
    show(newer) {
      if (newer === content) return;
      content = newer;
      tell(event());
    },
    async end(last) {
      content = last;
      const told = [...readers].map(
        (reader) => new Promise<void>((settle) => reader.end(`${event()}event: end\ndata: 1\n\n`, () => settle())),
      );
      const patience = new Promise<void>((settle) => setTimeout(settle, lastMilliseconds).unref());
      await Promise.race([Promise.all(told), patience]);
      server.closeAllConnections();
      server.close();
    },
  });
}
