/// Asks our own server, which holds the key.
class Billing {
  static const endpoint = String.fromEnvironment('API_URL');
  static const returnTo = String.fromEnvironment('APP_URL');
}
