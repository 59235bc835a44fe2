import Identity
import Testing

@Suite("Passwords as they are stored")
struct PasswordHashTests {
    @Test("verify with the password and nothing else, also after being read back")
    func verifies() throws {
        let hash = try PasswordHash(password: "correct horse battery")
        #expect(hash.verify("correct horse battery"))
        for wrong in ["correct horse batterY", "correct horse battery ", "", "correct horse"] {
            #expect(!hash.verify(wrong), "\(wrong)")
        }
        let stored = try #require(PasswordHash(encoded: hash.encoded))
        #expect(stored == hash && stored.verify("correct horse battery") && !stored.isOutdated)
    }

    @Test("cost what OWASP asks for: scrypt of N = 2^15, r = 8, p = 3, under a salt of 16 bytes of its own")
    func parameters() throws {
        let (one, other) = (try PasswordHash(password: "the same words"), try PasswordHash(password: "the same words"))
        #expect(one.encoded.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
        #expect(one.encoded != other.encoded)
        // 22 base64url characters hold 16 bytes, 43 hold 32.
        #expect(one.encoded.split(separator: "$").map(\.count).suffix(2) == [22, 43])
    }

    @Test("are at least 12 characters and at most 1,024 bytes", arguments: [0, 1, 11])
    func tooShort(_ length: Int) {
        #expect(throws: IdentityError.passwordTooShort(length)) {
            try PasswordHash(password: String(repeating: "é", count: length))
        }
        #expect(throws: IdentityError.passwordTooLong(1026)) {
            try PasswordHash(password: String(repeating: "é", count: 513))
        }
    }

    @Test(
        "are not read from a text that is no hash, or that would cost more than any that was ever written",
        arguments: [
            "", "secret", "$scrypt$", "$bcrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
            "$scrypt$ln=30,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8,p=99$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8,p=3$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        ])
    func malformed(_ text: String) {
        #expect(PasswordHash(encoded: text) == nil)
    }

    @Test("made with weaker parameters still verify and are known to be outdated")
    func outdated() throws {
        // RFC 7914 section 12 has no vector of 16 bytes of salt; this one is of Python's hashlib.scrypt
        // (password "a password of old", salt 16 zero bytes, n = 1024, r = 8, p = 1, dklen = 32).
        let text = "$scrypt$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$ZGx8QgPnzSlcHRwjPY_jYU2ZlbGnMpnq9ZtidO5lkPE"
        let hash = try #require(PasswordHash(encoded: text))
        #expect(hash.isOutdated && hash.verify("a password of old") && !hash.verify("a password of new"))
    }
}
