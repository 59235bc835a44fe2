import Identity
import Testing

@Suite("Passwords")
struct PasswordHashTests {
    @Test("the right password verifies, any other does not, also after storing")
    func roundTrip() throws {
        let hash = try PasswordHash(password: "correct horse battery")
        #expect(hash.verify("correct horse battery"))
        #expect(!hash.verify("correct horse batterz"))
        #expect(!hash.verify(""))
        let stored = try #require(PasswordHash(encoded: hash.encoded))
        #expect(stored.verify("correct horse battery") && !stored.verify("correct horse batter"))
        #expect(!stored.isOutdated)
    }

    @Test("the stored text holds the parameters and never the password, and salts differ")
    func encoding() throws {
        let first = try PasswordHash(password: "the same password")
        let second = try PasswordHash(password: "the same password")
        #expect(first.encoded.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
        #expect(!first.encoded.contains("password"))
        #expect(first.encoded != second.encoded)
    }

    @Test("a hash that Python's hashlib.scrypt made verifies: the derivation is RFC 7914's")
    func knownAnswer() throws {
        let encoded =
            "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$wOBlTLx2kTvDnlM7GeRqLPJSaL8dgO6Mbiarn6WFHEI"
        let hash = try #require(PasswordHash(encoded: encoded))
        #expect(hash.verify("pleaseletmein"))
        #expect(hash.isOutdated)
    }

    @Test("fewer than 12 characters are refused, counted as a person counts them")
    func short() {
        #expect(throws: IdentityError.passwordTooShort(11)) { try PasswordHash(password: "elevenchars") }
        #expect(throws: IdentityError.passwordTooShort(3)) { try PasswordHash(password: "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦") }
    }

    @Test("very long passwords are refused and never verify")
    func long() throws {
        let long = String(repeating: "x", count: 1025)
        #expect(throws: IdentityError.passwordTooLong(1025)) { try PasswordHash(password: long) }
        #expect(!(try PasswordHash(password: "an ordinary one")).verify(long))
    }

    @Test(
        "texts that are no stored password, or would cost too much, are refused",
        arguments: [
            "", "$scrypt$", "plain",
            "$scrypt$ln=30,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$wOBlTLx2kTvDnlM7GeRqLPJSaL8dgO6Mbiarn6WFHEI",
            "$scrypt$ln=14,r=8,p=99$MDEyMzQ1Njc4OWFiY2RlZg$wOBlTLx2kTvDnlM7GeRqLPJSaL8dgO6Mbiarn6WFHEI",
            "$scrypt$ln=14,r=8$MDEyMzQ1Njc4OWFiY2RlZg$wOBlTLx2kTvDnlM7GeRqLPJSaL8dgO6Mbiarn6WFHEI",
            "$scrypt$ln=14,r=8,p=1$short$wOBlTLx2kTvDnlM7GeRqLPJSaL8dgO6Mbiarn6WFHEI",
            "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$AAAA",
            "$scrypt$ln=-1,r=0,p=0$MDEyMzQ1Njc4OWFiY2RlZg$wOBlTLx2kTvDnlM7GeRqLPJSaL8dgO6Mbiarn6WFHEI",
            "$argon2$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$wOBlTLx2kTvDnlM7GeRqLPJSaL8dgO6Mbiarn6WFHEI",
        ])
    func malformed(text: String) {
        #expect(PasswordHash(encoded: text) == nil)
    }

    @Test("an unknown user is never let in")
    func unknownUser() {
        #expect(!PasswordHash.rejectUnknownUser("correct horse battery"))
    }
}
