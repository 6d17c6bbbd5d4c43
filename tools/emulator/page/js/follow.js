// A scroll box that follows its end as it grows, unless the reader has scrolled away.

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
    // An opened entry grows downwards and is read where it is, so it does not scroll.
    box.addEventListener("toggle", () => this.#look(), true);
    // The box may have grown while another view was shown.
    new ResizeObserver(() => {
      this.wasHidden = !this.#isShown();
      if (this.following) this.toEnd();
    }).observe(box);
  }

  /** Call before adding something at the end. */
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

  /** Stops following, because the reader is moved to another place. */
  leave() {
    this.following = false;
    this.moving = false;
  }

  #isShown() {
    return this.box.clientHeight > 0;
  }

  /** The scroll position is meaningless while the box is hidden or about to scroll. */
  #look() {
    if (!this.#isShown() || this.wasHidden || this.moving) return;
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    this.following = scrollHeight - scrollTop - clientHeight < this.slack;
  }
}
