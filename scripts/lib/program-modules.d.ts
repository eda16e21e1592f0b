/** The text of a program: the file with all that it imports, bundled by program-text.ts. */
declare module '*?program=cjs' {
  const text: string;
  export default text;
}
declare module '*?program=es' {
  const text: string;
  export default text;
}
