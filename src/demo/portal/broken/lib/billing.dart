/// Talks to the payment provider.
class Billing {
  static const secretKey = '{{stripe_live}}';
}
