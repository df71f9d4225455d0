import { act, Refusal, type ActionRequest } from './rest';

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
  undo: (() => void) | null;
}

export interface Question {
  title: string;
  text: string;
  verb: string;
  act: () => void;
}

export type KeyHandler = (event: KeyboardEvent) => boolean;

const toastsMax = 3;
const toastTime = 8000;

/** What the page itself remembers: theme, toasts, the question that is open, and who gets the keys. */
class Ui {
  theme = $state.raw<'dark' | 'light'>('dark');
  toasts = $state.raw<readonly Toast[]>([]);
  question = $state.raw<Question | null>(null);
  help = $state.raw(false);

  private nextToast = 1;
  private readonly handlers: KeyHandler[] = [];
  private readonly prefersLight = window.matchMedia('(prefers-color-scheme: light)');

  start(): void {
    this.applyTheme();
    this.prefersLight.addEventListener('change', () => this.applyTheme());
    document.addEventListener('keydown', (event) => this.key(event));
  }

  toggleTheme(): void {
    localStorage.setItem('afwatch.theme', this.theme === 'dark' ? 'light' : 'dark');
    this.applyTheme();
  }

  /** The last to come is the first asked: the topmost part of the page. Returns what takes the handler away again. */
  takeKeys(handler: KeyHandler): () => void {
    this.handlers.push(handler);
    return () => {
      this.handlers.splice(this.handlers.indexOf(handler), 1);
    };
  }

  say(text: string, options: { bad?: boolean; undo?: () => void } = {}): void {
    const toast = { id: this.nextToast++, text, bad: options.bad ?? false, undo: options.undo ?? null };
    this.toasts = [...this.toasts, toast].slice(-toastsMax);
    window.setTimeout(() => this.dismiss(toast.id), toastTime);
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  undo(): void {
    const toast = this.toasts.findLast((one) => one.undo !== null);
    if (!toast) return;
    this.dismiss(toast.id);
    toast.undo?.();
  }

  ask(question: Question): void {
    this.question = question;
  }

  /** Sends an action; says what happened, or why not, in the server's words. */
  async act(job: number, request: ActionRequest, done: string, undo?: () => void): Promise<void> {
    try {
      const result = await act(job, request);
      this.say(result.changed === 0 ? result.detail || 'Nothing had to change.' : done, undo && result.changed > 0 ? { undo } : {});
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.say(error.message, { bad: true });
    }
  }

  private applyTheme(): void {
    const chosen = localStorage.getItem('afwatch.theme');
    this.theme = chosen === 'light' || chosen === 'dark' ? chosen : this.prefersLight.matches ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = this.theme;
  }

  private key(event: KeyboardEvent): void {
    if (isTyping(event.target) || (event.altKey && !event.ctrlKey) || event.defaultPrevented) return;
    for (const handler of [...this.handlers].reverse()) {
      if (handler(event)) {
        event.preventDefault();
        return;
      }
    }
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export const ui = new Ui();
