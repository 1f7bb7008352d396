/** Dense and factored matrices in double precision: conversion, sums of products, SVD. */
package dev.weft.aggregation.algebra;
