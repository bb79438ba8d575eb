#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

// What of libcrypto (OpenSSL 3) Swift cannot call by itself: variadic macros and lists of parameters.

/// A new RSA key pair with the exponent 65537, or NULL.
static inline EVP_PKEY *cc_rsa_generate(unsigned int bits) { return EVP_RSA_gen(bits); }

/// A key of its numbers, each big-endian; `d`, `p` and `q` are NULL for a public key. NULL when they are no key.
static inline EVP_PKEY *cc_rsa_make(
  const unsigned char *n, int n_length, const unsigned char *e, int e_length, const unsigned char *d, int d_length,
  const unsigned char *p, int p_length, const unsigned char *q, int q_length) {
  EVP_PKEY *key = NULL;
  OSSL_PARAM *params = NULL;
  EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
  OSSL_PARAM_BLD *list = OSSL_PARAM_BLD_new();
  BN_CTX *scratch = BN_CTX_new();
  BIGNUM *bn = BN_bin2bn(n, n_length, NULL), *be = BN_bin2bn(e, e_length, NULL);
  BIGNUM *bd = NULL, *bp = NULL, *bq = NULL, *less = BN_new(), *dp = BN_new(), *dq = BN_new(), *qi = BN_new();
  if (!maker || !list || !scratch || !bn || !be || !less || !dp || !dq || !qi) goto done;
  if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_N, bn)) goto done;
  if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_E, be)) goto done;
  if (d) {
    bd = BN_secure_new(), bp = BN_secure_new(), bq = BN_secure_new();
    if (!bd || !bp || !bq) goto done;
    if (!BN_bin2bn(d, d_length, bd) || !BN_bin2bn(p, p_length, bp) || !BN_bin2bn(q, q_length, bq)) goto done;
    if (BN_is_zero(bp) || BN_is_one(bp) || BN_is_zero(bq) || BN_is_one(bq)) goto done;
    if (!BN_mul(less, bp, bq, scratch) || BN_cmp(less, bn) != 0) goto done;
    if (!BN_copy(less, bp) || !BN_sub_word(less, 1) || !BN_mod(dp, bd, less, scratch)) goto done;
    if (!BN_copy(less, bq) || !BN_sub_word(less, 1) || !BN_mod(dq, bd, less, scratch)) goto done;
    if (!BN_mod_inverse(qi, bq, bp, scratch)) goto done;
    if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_D, bd)) goto done;
    if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_FACTOR1, bp)) goto done;
    if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_FACTOR2, bq)) goto done;
    if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_EXPONENT1, dp)) goto done;
    if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_EXPONENT2, dq)) goto done;
    if (!OSSL_PARAM_BLD_push_BN(list, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, qi)) goto done;
  }
  params = OSSL_PARAM_BLD_to_param(list);
  if (!params || EVP_PKEY_fromdata_init(maker) <= 0) goto done;
  if (EVP_PKEY_fromdata(maker, &key, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) <= 0) key = NULL;
done:
  OSSL_PARAM_free(params);
  OSSL_PARAM_BLD_free(list);
  EVP_PKEY_CTX_free(maker);
  BN_CTX_free(scratch);
  BN_free(bn), BN_free(be), BN_free(less);
  BN_clear_free(bd), BN_clear_free(bp), BN_clear_free(bq), BN_clear_free(dp), BN_clear_free(dq), BN_clear_free(qi);
  return key;
}

enum cc_rsa_number { CC_RSA_N, CC_RSA_E, CC_RSA_D, CC_RSA_P, CC_RSA_Q };

/// One of a key's numbers, big-endian; its length, or -1 when the key has none or there is no room.
static inline int cc_rsa_number(const EVP_PKEY *key, int which, unsigned char *bytes, int room) {
  static const char *const names[] = {
    OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1,
    OSSL_PKEY_PARAM_RSA_FACTOR2};
  BIGNUM *number = NULL;
  int length = -1;
  if (EVP_PKEY_get_bn_param(key, names[which], &number) && BN_num_bytes(number) <= room) {
    length = BN_bn2bin(number, bytes);
  }
  BN_clear_free(number);
  return length;
}

/// The inverse of `p` modulo `q`, big-endian; its length, or -1.
static inline int cc_inverse(
  const unsigned char *p, int p_length, const unsigned char *q, int q_length, unsigned char *bytes, int room) {
  int length = -1;
  BN_CTX *scratch = BN_CTX_new();
  BIGNUM *bp = BN_bin2bn(p, p_length, NULL), *bq = BN_bin2bn(q, q_length, NULL), *inverse = BN_new();
  if (scratch && bp && bq && inverse && BN_mod_inverse(inverse, bp, bq, scratch) && BN_num_bytes(inverse) <= room) {
    length = BN_bn2bin(inverse, bytes);
  }
  BN_clear_free(bp), BN_clear_free(bq), BN_clear_free(inverse);
  BN_CTX_free(scratch);
  return length;
}

/// Signs a digest (PKCS#1 v1.5). 1 when that worked.
static inline int cc_rsa_sign(
  EVP_PKEY *key, const EVP_MD *kind, const unsigned char *digest, size_t digest_length, unsigned char *signature,
  size_t *length) {
  EVP_PKEY_CTX *signer = EVP_PKEY_CTX_new(key, NULL);
  int good = signer && EVP_PKEY_sign_init(signer) > 0 &&
             EVP_PKEY_CTX_set_rsa_padding(signer, RSA_PKCS1_PADDING) > 0 &&
             EVP_PKEY_CTX_set_signature_md(signer, kind) > 0 &&
             EVP_PKEY_sign(signer, signature, length, digest, digest_length) > 0;
  EVP_PKEY_CTX_free(signer);
  return good;
}

/// Checks a signature of a digest (PKCS#1 v1.5). 1 when it is good.
static inline int cc_rsa_verify(
  EVP_PKEY *key, const EVP_MD *kind, const unsigned char *digest, size_t digest_length,
  const unsigned char *signature, size_t length) {
  EVP_PKEY_CTX *verifier = EVP_PKEY_CTX_new(key, NULL);
  int good = verifier && EVP_PKEY_verify_init(verifier) > 0 &&
             EVP_PKEY_CTX_set_rsa_padding(verifier, RSA_PKCS1_PADDING) > 0 &&
             EVP_PKEY_CTX_set_signature_md(verifier, kind) > 0 &&
             EVP_PKEY_verify(verifier, signature, length, digest, digest_length) == 1;
  EVP_PKEY_CTX_free(verifier);
  return good;
}

/// A public key of the DER form of PKIX (SubjectPublicKeyInfo), all of it; NULL when it is none, or no RSA key.
static inline EVP_PKEY *cc_public_key(const unsigned char *bytes, long length) {
  const unsigned char *end = bytes;
  EVP_PKEY *key = d2i_PUBKEY(NULL, &end, length);
  if (key && (end != bytes + length || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  return key;
}
