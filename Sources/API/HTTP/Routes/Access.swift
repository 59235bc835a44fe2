import Identity

/// Who may use a route.
public enum Access: Sendable, Hashable {
    /// Anybody; credentials are not looked at.
    case open
    /// Whoever is signed in and has the permission.
    case permission(Permission)
}

/// What an anonymous client of a protected route gets.
public enum AnonymousAnswer: Sendable, Hashable {
    /// 401 with a problem document: for programs.
    case problem
    /// 303 to a sign-in page, with the path asked for in `next`: for people.
    case redirect(to: String)
}
