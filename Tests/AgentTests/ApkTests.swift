import Domain
import TestSupport
import Testing

@Suite("apk's database", .blocking)
struct ApkTests {
    /// In the shape of Alpine 3.19's `/lib/apk/db/installed`.
    private let installed = """
        C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
        P:alpine-baselayout
        V:3.4.3-r2
        A:x86_64
        S:8911
        I:331776
        T:Alpine base dir structure and init scripts
        U:https://git.alpinelinux.org/cgit/aports/tree/main/alpine-baselayout
        L:GPL-2.0-only
        o:alpine-baselayout
        m:Natanael Copa <ncopa@alpinelinux.org>
        t:1706553845
        c:7749273fed55f6e1df7c9ee6a127f18099f98a94
        D:alpine-baselayout-data=3.4.3-r2 /bin/sh
        p:cmd:mkmntdirs=3.4.3-r2
        F:dev
        F:etc
        R:motd
        a:0:0:644
        Z:Q1SLkS9hBidUbPwwrw+XR0Whv3ww8=

        C:Q1p78yvTLG094tHE1+dToJGbmYzQE=
        P:libcrypto3
        V:3.1.4-r5
        A:x86_64
        o:openssl
        m:Ariadne Conill <ariadne@dereferenced.org>
        F:lib
        R:libcrypto.so.3
        a:0:0:755
        Z:Q1

        C:Q1
        P:.build-deps
        V:20240301.120000
        A:noarch

        P:no-version
        A:x86_64

        """

    @Test("name, version, architecture, origin and maintainer of each package")
    func packages() throws {
        let inventory = try ScratchRoot().write("lib/apk/db/installed", installed).collect()
        #expect(
            inventory.packages == [
                InstalledPackage(
                    type: "apk", name: "alpine-baselayout", version: "3.4.3-r2", architecture: "x86_64",
                    vendor: "Natanael Copa"),
                InstalledPackage(
                    type: "apk", name: "libcrypto3", version: "3.1.4-r5", architecture: "x86_64", source: "openssl",
                    vendor: "Ariadne Conill"),
            ])
        #expect(inventory.reasons("packages.apk") == ["Entries without a usable name and version: 1."])
    }

    @Test("apk-tools 3's place, and a last paragraph without a blank line")
    func newPlace() throws {
        let root = try ScratchRoot().write("usr/lib/apk/db/installed", "P:musl\nV:1.2.5-r0")
        #expect(try root.collect().titles == ["musl 1.2.5-r0"])
    }

    @Test("a link between the two places counts its packages once")
    func linked() throws {
        let root = try ScratchRoot().write("usr/lib/apk/db/installed", "P:musl\nV:1.2.5-r0\n")
        try root.link("lib", to: "usr/lib")
        #expect(try root.collect().titles == ["musl 1.2.5-r0"])
    }
}
