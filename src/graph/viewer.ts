// The script of a page with a network: it folds and unfolds blocks, and lays the picture out anew. The build makes one text of it
// and of all that it needs (scripts/viewer.mjs), so a page asks nobody for anything.

import type { Network } from "./network.ts";
import { svgOf } from "./svg.ts";
import { treeOf } from "./tree.ts";
import { type Folds, unfolded } from "./view.ts";

/** The data of a page. */
export interface ShownNetwork {
  readonly network: Network;
  readonly open: readonly string[];
  readonly apart: readonly string[];
}

/** What the script uses of a page. */
interface PageElement {
  innerHTML: string;
  readonly textContent: string | null;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  closest(selector: string): PageElement | null;
  focus(options: { preventScroll: boolean }): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}
interface PageEvent {
  readonly target: PageElement;
  readonly key?: string;
  preventDefault(): void;
}
declare const document: {
  querySelector(selector: string): PageElement | null;
};

function start(picture: PageElement, data: PageElement): void {
  const { network, open, apart } = JSON.parse(data.textContent ?? "") as ShownNetwork;
  const trees = treeOf(network);
  const first: Folds = { open: new Set(open), apart: new Set(apart) };
  let folds = first;
  const show = (next: Folds, selector?: string): void => {
    folds = next;
    picture.innerHTML = svgOf(network, trees, folds, { use: "page", columns: 1 }).text;
    if (selector !== undefined) document.querySelector(selector)?.focus({ preventScroll: true });
  };
  const toggled = (all: ReadonlySet<string>, id: string): ReadonlySet<string> => {
    const next = new Set(all);
    if (!next.delete(id)) next.add(id);
    return next;
  };
  const choose = ({ target }: PageEvent): boolean => {
    const { apart } = target.closest("[data-apart]")?.dataset ?? {};
    const { fold } = target.closest("[data-fold]")?.dataset ?? {};
    if (apart !== undefined) show({ ...folds, apart: toggled(folds.apart, apart) }, `[data-apart="${apart}"]`);
    else if (fold !== undefined) show({ ...folds, open: toggled(folds.open, fold) }, `[data-fold="${fold}"]`);
    return apart !== undefined || fold !== undefined;
  };
  picture.addEventListener("click", choose);
  picture.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && choose(event)) event.preventDefault();
  });
  const button = (name: string, next: () => Folds): void =>
    document.querySelector(`[data-all="${name}"]`)?.addEventListener("click", () => show(next()));
  button("fold", () => ({ open: new Set(), apart: new Set() }));
  button("first", () => first);
  button("unfold", () => unfolded(trees));
}

const [picture, data] = [document.querySelector("#picture"), document.querySelector("#network")];
if (picture !== null && data !== null) start(picture, data);
