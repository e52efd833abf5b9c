/** Who comes in by a door where lines are exchanged: greeted by name, and answered with what was said. */
export class Visitor {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  greeting(): string {
    return `Hello, ${this.name}!`
  }

  answer(line: string): string {
    return line
  }
}
