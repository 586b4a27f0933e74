import 'package:firebase_core/firebase_core.dart' show FirebaseOptions;

class DefaultFirebaseOptions {
  static const FirebaseOptions web = FirebaseOptions(
    apiKey: '{{firebase_web_key}}',
    appId: '1:104857600001:web:0123456789abcdef012345',
    messagingSenderId: '104857600001',
    projectId: 'acme-portal',
    authDomain: 'acme-portal.firebaseapp.com',
  );
}
