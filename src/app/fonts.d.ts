/** The address under which the built pages have the file. */
declare module "*.woff2" {
  const url: string;
  export default url;
}
