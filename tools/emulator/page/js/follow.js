// A box whose end stays in view as it grows, unless its reader has gone elsewhere in it.

import { nextFrame } from "./dom.js";

export class Follow {
  constructor(box, slack) {
    this.box = box;
    this.slack = slack;
    this.following = true;
    this.moving = false;
    this.wasHidden = true;
    this.move = nextFrame(() => {
      if (this.moving && this.#isShown()) box.scrollTop = box.scrollHeight;
      this.moving = false;
    });
    box.addEventListener("scroll", () => this.#look());
    // A line that is opened grows downwards, and is read where it is.
    box.addEventListener("toggle", () => this.#look(), true);
    // It may have grown while another view was shown in its place.
    new ResizeObserver(() => {
      this.wasHidden = !this.#isShown();
      if (this.following) this.toEnd();
    }).observe(box);
  }

  /** To be called before something is added at the end. */
  adding() {
    this.#look();
    if (this.following) this.toEnd();
  }

  /** Goes to the end, and follows from now on. */
  toEnd() {
    this.following = true;
    this.moving = true;
    this.move();
  }

  /** The reader is taken elsewhere. */
  leave() {
    this.following = false;
    this.moving = false;
  }

  #isShown() {
    return this.box.clientHeight > 0;
  }

  /** A box that is or just was hidden has no place where its reader is; one about to move is not there yet. */
  #look() {
    if (!this.#isShown() || this.wasHidden || this.moving) return;
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    this.following = scrollHeight - scrollTop - clientHeight < this.slack;
  }
}
