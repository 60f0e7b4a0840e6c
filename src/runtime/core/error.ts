// The error of a run that a person can act on. Its message tells the whole story and is printed as it is.

export class RunError extends Error {
  override readonly name: string = "RunError";
}
