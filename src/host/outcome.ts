// The outcome of an attempt at the outside world: the thing, or one sentence on the failure. Expected failures are values,
// so that no caller can forget them; a thrown error is a bug of nnc.

export type Outcome<T> = { readonly ok: T } | { readonly problem: string };

export const ok = <T>(value: T): Outcome<T> => ({ ok: value });
export const problem = <T = never>(text: string): Outcome<T> => ({ problem: text });

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file or folder"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "permission denied"],
  ["EPERM", "the system does not permit it"],
  ["EROFS", "the disk is read-only"],
  ["ENOSPC", "no space is left on the disk"],
  ["EDQUOT", "the disk quota is used up"],
  ["ELOOP", "the links form a cycle"],
  ["ENAMETOOLONG", "the path is too long"],
  ["EEXIST", "a file of that name is in the way"],
  ["ENOTEMPTY", "a folder of that name is in the way"],
  ["EMFILE", "too many files are open"],
  ["EIO", "the disk reports an error"],
  ["ECONNREFUSED", "the connection was refused"],
  ["ECONNRESET", "the connection was broken off"],
  ["ENOTFOUND", "the host's name cannot be resolved"],
  ["EAI_AGAIN", "the host's name cannot be resolved"],
  ["ENETUNREACH", "there is no network"],
  ["ETIMEDOUT", "the connection timed out"],
  ["UND_ERR_CONNECT_TIMEOUT", "the connection timed out"],
  ["UND_ERR_SOCKET", "the connection was broken off"],
]);

/** Returns the system's reason in plain words. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const known = code === undefined ? undefined : reasons.get(code);
  if (known !== undefined) return known;
  // `fetch` hides the reason one level down.
  if (error.cause instanceof Error) return systemReason(error.cause);
  return error.message;
}
