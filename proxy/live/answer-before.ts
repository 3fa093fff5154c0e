import type { Answering } from '../downstream.ts'

/** What an answer and the one that it becomes have in common. */
export class AnswerBefore {
  readonly to: Answering

  constructor(to: Answering) {
    this.to = to
  }

  get writableFinished(): boolean {
    return this.to.writableFinished
  }

  get destroyed(): boolean {
    return this.to.destroyed
  }

  get closed(): boolean {
    return this.to.closed
  }

  get endsAlone(): boolean {
    return this.to.endsAlone
  }

  get shouldKeepAlive(): boolean {
    return this.to.shouldKeepAlive
  }

  set shouldKeepAlive(is: boolean) {
    this.to.shouldKeepAlive = is
  }

  get sendDate(): boolean {
    return this.to.sendDate
  }

  set sendDate(is: boolean) {
    this.to.sendDate = is
  }
}
