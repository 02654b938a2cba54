"""Things tests share: servers that tests start themselves, and small builders."""
