/** A style sheet is imported for its effect; Vite puts it beside the module that does. */
declare module '*.css';
