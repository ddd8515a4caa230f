// @ts-check
// The guest's pointer moved by something else than a mouse: a place on the canvas, told as the mouse events that
// noVNC listens to.

const WHEEL_STEP = 50; // what noVNC takes for one step
const SCROLL_PX = 36; // of finger for one step

export class Pointer {
  /** @param {() => HTMLCanvasElement | null} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.x = this.y = -1; // pixels of the guest's screen; nowhere before the first move
    this.buttons = 0;
    this.wheel = { x: 0, y: 0 };
  }

  /** Move by pixels of the browser, quicker fingers farther. @param {number} dx @param {number} dy */
  move(dx, dy) {
    const canvas = this.canvas();
    if (!canvas?.width) return;
    this.settle(canvas);
    const scale = canvas.width / canvas.getBoundingClientRect().width;
    const haste = 1 + Math.min(1.6, Math.hypot(dx, dy) / 14);
    this.x = Math.max(0, Math.min(canvas.width - 1, this.x + dx * scale * haste));
    this.y = Math.max(0, Math.min(canvas.height - 1, this.y + dy * scale * haste));
    this.tell("mousemove");
  }

  /** Begin in the middle. @param {HTMLCanvasElement} canvas */
  settle(canvas) {
    if (this.x >= 0 && this.x < canvas.width && this.y < canvas.height) return;
    this.x = Math.floor(canvas.width / 2);
    this.y = Math.floor(canvas.height / 2);
  }

  /** @param {number} button */
  tap(button) {
    this.press(button, true);
    this.press(button, false);
  }

  /** @param {number} button @param {boolean} isDown */
  press(button, isDown) {
    const canvas = this.canvas();
    if (!canvas) return;
    this.settle(canvas);
    const bit = [1, 4, 2][button];
    this.buttons = isDown ? this.buttons | bit : this.buttons & ~bit;
    this.tell(isDown ? "mousedown" : "mouseup", button);
  }

  /** Turn the wheel: what is under two fingers goes where they go. @param {number} dx @param {number} dy */
  scroll(dx, dy) {
    const canvas = this.canvas();
    if (!canvas) return;
    this.settle(canvas);
    this.wheel.x -= dx;
    this.wheel.y -= dy;
    for (const axis of /** @type {const} */ (["x", "y"])) {
      while (Math.abs(this.wheel[axis]) >= SCROLL_PX) {
        const way = Math.sign(this.wheel[axis]);
        this.wheel[axis] -= way * SCROLL_PX;
        const delta = { [axis === "x" ? "deltaX" : "deltaY"]: way * WHEEL_STEP };
        canvas.dispatchEvent(new WheelEvent("wheel", { ...this.place(canvas), ...delta, bubbles: true, cancelable: true }));
      }
    }
  }

  /** @param {HTMLCanvasElement} canvas where the pointer is in the window */
  place(canvas) {
    const rect = canvas.getBoundingClientRect();
    return {
      clientX: rect.left + ((this.x + 0.5) / canvas.width) * rect.width,
      clientY: rect.top + ((this.y + 0.5) / canvas.height) * rect.height,
    };
  }

  /** noVNC catches moves and releases at the window while a button is down. @param {string} type @param {number} [button] */
  tell(type, button = 0) {
    const canvas = this.canvas();
    if (!canvas) return;
    const isCaught = type !== "mousedown" && Boolean(/** @type {any} */ (document).captureElement);
    const more = { button, buttons: this.buttons, bubbles: true, cancelable: true };
    (isCaught ? window : canvas).dispatchEvent(new MouseEvent(type, { ...this.place(canvas), ...more }));
  }
}
