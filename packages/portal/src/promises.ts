/** Whether a result is still to come. Thenables of all makes count; whoever waits adopts them by `Promise.resolve`. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<T>>).then === 'function'
}
