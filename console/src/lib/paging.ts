/** Items on a page of any list. */
export const pageItems = 100;
/** Items that a picker offers at once. */
export const pickerItems = 50;
