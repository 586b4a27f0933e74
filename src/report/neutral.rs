//! Makes hostile text harmless, one function a format.
