export const login = {
  title: "Log in",
  name: "Name",
  password: "Password",
  logIn: "Log in",
  loggingIn: "Logging in…",
  failed: "Login failed",
  noAnswer: "The server isn't responding. Check the connection and try again.",
  insecure: "This connection isn't encrypted. Anyone on the network can read the password.",
  firstUser: "Add the first user on the machine itself:",
};
