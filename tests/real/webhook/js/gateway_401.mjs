// What Supabase's gateway answers in place of a function with `verify_jwt`.
export default function gateway(req, res) {
  return res.status(401).send('{"code":401,"message":"Missing authorization header"}');
}
