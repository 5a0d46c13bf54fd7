/** Which names say that a field holds a secret, in the languages that pupils' pages come in. */

/** Whole words, after splitting camelCase and marks. */
const SECRET_WORDS = new Set([
  "pass", "passwd", "password", "passwort", "passcode", "passphrase", "passkey", "pwd", "psw", "pswd", "pw", "pin", "pincode", "otp", "totp", "mfa", "2fa", "tan",
  "cvv", "cvc", "cvv2", "csc", "cardnumber", "cardnum", "ccnumber", "ccnum", "iban", "secret", "mdp", "motdepasse", "kennwort", "geheimzahl", "losungswort",
  "contrasena", "contraseña", "clave", "senha", "parola", "parole", "parolă", "haslo", "hasło", "heslo", "jelszo", "jelszó", "wachtwoord", "losenord", "lösenord",
  "adgangskode", "passord", "salasana", "sifre", "şifre", "cyfrinair", "pasfhocal", "facalfaire", "slaptazodis", "slaptažodis", "lozinka", "fjalekalimi", "fjalëkalimi",
]);

/** Runs that name a secret wherever they stand, also in writing without spaces. */
const SECRET_RUNS =
  /password|passwort|passphrase|passcode|one[\s_-]*time|security[\s_-]*code|verification[\s_-]*code|card[\s_-]*(number|no\b)|sort[\s_-]*code|account[\s_-]*number|(recovery|seed)[\s_-]*phrase|mot[\s_-]*de[\s_-]*passe|code[\s_-]*secret|palavra[\s_-]*passe|codigo[\s_-]*de[\s_-]*seguridad|furaha[\s_-]*sirta|пароль|парола|лозинка|密码|密碼|口令|パスワード|暗証番号|비밀번호|كلمة\s*(المرور|السر)|رمز\s*عبور|پاس\s*ورڈ|गुप्तशब्द|पासवर्ड|পাসওয়ার্ড|ਪਾਸਵਰਡ|પાસવર્ડ|கடவுச்சொல்|mật\s*khẩu|รหัสผ่าน|κωδικ[όο]ς|סיסמה/iu;

/** True when a name, id, label or placeholder names a secret. */
export function namesSecret(words: string): boolean {
  if (words === "") return false;
  const composed = words.normalize("NFC");
  if (SECRET_RUNS.test(composed)) return true;
  const split = composed.replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").toLowerCase();
  return split.split(/[^\p{L}\p{N}]+/u).some((word) => SECRET_WORDS.has(word));
}
