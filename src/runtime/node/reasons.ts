// Puts the system's reasons for a refusal into plain words.

/** Returns `ENOENT` and the like, if an error has such a code. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const reasonTexts: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ENOENT", "no such file or folder"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["ENOSPC", "no space left on the disk"],
  ["EFBIG", "the file would be larger than the system allows"],
  ["EDQUOT", "the disk quota is used up"],
  ["EROFS", "the file system is read-only"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "the links lead in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EMFILE", "too many files are open"],
  ["EIO", "the disk reports an error"],
  ["ENXIO", "it is not a regular file"],
]);

/** Returns the reason in words, without the call and path that Node adds. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  return (code === undefined ? undefined : reasonTexts.get(code)) ?? text.split("\n")[0] ?? text;
}
