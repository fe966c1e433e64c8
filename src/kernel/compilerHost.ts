import type * as ts from "typescript";
import type { SourceChanges, SourceWatch } from "./sourceWatch";
import type { TypeScript } from "./tslab";

/** How the compiler meets the file system. */
export interface ModuleHost {
  /** The system that tslab builds its own upon: its watchers wait to be told. */
  readonly system: ts.System;
  /** Takes hold of the timers of tslab's system, which knows only one at a time. */
  adopt(system: ts.System): void;
  refresh(changes: SourceChanges, retry: boolean): void;
}

type Callback = () => void;

/** @param watch is told of every file of the project that the compiler reads. */
export function moduleHost(ts: TypeScript, watch: SourceWatch): ModuleHost {
  const fileWatchers = new Map<string, Set<ts.FileWatcherCallback>>();
  const folderWatchers = new Map<string, Set<ts.DirectoryWatcherCallback>>();
  let pending: Set<Callback> | undefined;

  const system = Object.create(ts.sys) as ts.System;
  system.watchFile = (path, callback) => {
    watch.add(path);
    return register(fileWatchers, path, callback);
  };
  system.watchDirectory = (path, callback) => register(folderWatchers, path, callback);

  function notify(files: string[], kind: ts.FileWatcherEventKind): void {
    for (const file of files) for (const callback of fileWatchers.get(file) ?? []) callback(file, kind);
  }

  /** Makes the compiler forget which modules it did not find. */
  function forgetMisses(): void {
    const timers = (pending = new Set<Callback>());
    for (const [folder, callbacks] of folderWatchers) for (const callback of callbacks) callback(folder);
    pending = undefined;
    for (const timer of timers) timer();
  }

  return {
    system,
    adopt(own) {
      const { setTimeout, clearTimeout } = own;
      own.setTimeout = (callback: Callback, ...rest) => {
        if (pending === undefined) return setTimeout?.(callback, ...rest) as unknown;
        pending.add(callback);
        return callback;
      };
      own.clearTimeout = (timer: unknown) => {
        if (pending === undefined) clearTimeout?.(timer);
        else pending.delete(timer as Callback);
      };
    },
    refresh({ created, changed, deleted }, retry) {
      notify(created, ts.FileWatcherEventKind.Created);
      notify(changed, ts.FileWatcherEventKind.Changed);
      notify(deleted, ts.FileWatcherEventKind.Deleted);
      if (retry || created.length > 0 || deleted.length > 0) forgetMisses();
    },
  };
}

function register<T>(watchers: Map<string, Set<T>>, path: string, callback: T): ts.FileWatcher {
  const callbacks = watchers.get(path) ?? new Set<T>();
  watchers.set(path, callbacks.add(callback));
  return { close: () => void callbacks.delete(callback) };
}
