// Why the system refused, in plain words.

/** `ENOENT` and the like, where an error has such a code. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const reasonTexts: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ENOENT", "no such file or folder"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["ENOSPC", "no space left on the disk"],
  ["EDQUOT", "the disk quota is used up"],
  ["EROFS", "the file system is read-only"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "the links lead in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EMFILE", "too many files are open"],
  ["EIO", "the disk reports an error"],
  ["ENXIO", "it is not a regular file"],
]);

/** The reason in words, without the call and path that Node adds. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  return (code === undefined ? undefined : reasonTexts.get(code)) ?? text.split("\n")[0] ?? text;
}
